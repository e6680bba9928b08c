import './bootstrap/lean-http.ts';
import './bootstrap/library-debugging.ts';

await import('./bootstrap/gateway.ts');
