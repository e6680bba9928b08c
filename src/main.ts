import './lean-http.ts';

await import('./gateway.ts');
