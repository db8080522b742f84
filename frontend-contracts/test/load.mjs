// The client as it is published, and the documents by the names of their operations.
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { buildSync } from 'esbuild';

const here = new URL('../client/', import.meta.url);

/** Bundles the client as a page's own tools would, and returns the file. */
export function bundled(minify = false) {
  const outfile = `${mkdtempSync(`${tmpdir()}/kaituan-client-`)}/client.mjs`;
  buildSync({ entryPoints: [new URL('src/index.ts', here).pathname], bundle: true, format: 'esm', target: 'es2015', minify, outfile, logLevel: 'error' });
  return outfile;
}

export const bodies = JSON.parse(readFileSync(new URL('persisted-documents.json', here), 'utf8'));
export const ids = {};
export const texts = {};
for (const [id, body] of Object.entries(bodies)) {
  const name = /(?:^|\} )(?:query|mutation|subscription) (\w+)/.exec(body)[1];
  ids[name] = id;
  texts[name] = body;
}
