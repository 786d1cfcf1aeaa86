// In plain JavaScript: Node's stripper of types takes some 15 MB, and is then only loaded for files that the compile
// cache does not hold yet.
import { enableCompileCache } from 'node:module';
import process from 'node:process';

enableCompileCache();
const { runApi } = await import('./run-api.ts');
await runApi(process.env);
