import './bootstrap/exit-on-early-signal.ts';
import './bootstrap/skip-builtin-fetch.ts';
import './bootstrap/library-debugging.ts';

await import('./bootstrap/start.ts');
