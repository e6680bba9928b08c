import './lean-http.ts';
import './library-debugging.ts';

await import('./gateway.ts');
