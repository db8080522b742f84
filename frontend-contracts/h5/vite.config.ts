import { readFileSync } from 'node:fs';
import preact from '@preact/preset-vite';
import { defineConfig, type Plugin } from 'vite';

// The page asks for its first feed before any script of ours has arrived, so index.html has to know the document's id.
function firstQuery(): Plugin {
  return {
    name: 'first-query',
    transformIndexHtml: {
      order: 'pre',
      handler(html) {
        const documents = readFileSync(new URL('../client/src/generated/documents.ts', import.meta.url), 'utf8');
        const id = /HomeDocument = "(sha256:[0-9a-f]{64})"/.exec(documents)?.[1];
        if (!id) throw new Error('the client has no Home document');
        return html.replace('HOME_DOCUMENT', id);
      },
    },
  };
}

export default defineConfig(({ command }) => ({
  plugins: [preact(), firstQuery()],
  resolve: { alias: { '@kaituan/client': new URL('../client/src/index.ts', import.meta.url).pathname } },
  // In a build "/" is where the Go server has it; `vite` alone proxies what it does not have to a running shop.
  server: { proxy: { '/graphql': { target: process.env.KAITUAN ?? 'http://127.0.0.1:8080', ws: true, changeOrigin: true }, '/demo': process.env.KAITUAN ?? 'http://127.0.0.1:8080' } },
  define: command === 'build' ? { 'import.meta.env.DEV': 'false' } : {},
  build: {
    target: 'es2020',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    rollupOptions: { output: { entryFileNames: 'assets/[name]-[hash].js', chunkFileNames: 'assets/[name]-[hash].js', assetFileNames: 'assets/[name]-[hash][extname]' } },
  },
}));
