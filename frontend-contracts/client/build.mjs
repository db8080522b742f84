// Bundles the client as it is published: one file of ES2015, minified.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { minify_sync } from 'terser';

/** What esbuild bundles of `entry`, made as small as terser can; whoever minifies again loses nothing. */
export function small(entry) {
  const [{ text }] = buildSync({ ...entry, bundle: true, format: 'esm', target: 'es2015', write: false, logLevel: 'error' }).outputFiles;
  return minify_sync(text, { module: true, ecma: 2015, compress: { passes: 3, unsafe: true, unsafe_arrows: true, pure_getters: true } }).code;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(new URL('dist/index.js', import.meta.url), small({ entryPoints: [new URL('src/index.ts', import.meta.url).pathname] }));
