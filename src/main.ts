import './compile-sooner.ts';
import './lean-http.ts';

await import('./gateway.ts');
