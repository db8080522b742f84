import preact from '@preact/preset-vite';
import { defineConfig } from 'vite';

const at = (path: string) => new URL(path, import.meta.url).pathname;
const shop = process.env.KAITUAN ?? 'http://127.0.0.1:8080';

export default defineConfig({
  base: '/host/',
  plugins: [preact()],
  resolve: { alias: { '@kaituan/client': at('../client/src/index.ts'), '@h5': at('../h5/src') } },
  server: { proxy: { '/graphql': { target: shop, ws: true, changeOrigin: true }, '/demo': shop } },
  build: {
    target: 'es2020',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    rollupOptions: { output: { entryFileNames: 'assets/[name]-[hash].js', chunkFileNames: 'assets/[name]-[hash].js', assetFileNames: 'assets/[name]-[hash][extname]' } },
  },
});
