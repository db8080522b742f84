// Makes a mini-program for WeChat and one for Douyin of what is in src/: node build.mjs [--url URL] [--demo NAME] [--out FOLDER]
// URL is the shop's endpoint. With NAME it signs in to a demo shop as `demo:NAME`, since a demo knows no platform's codes.
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const { values: { url, demo, out } } = parseArgs({
  options: { url: { type: 'string', default: 'http://127.0.0.1:8080/graphql' }, demo: { type: 'string', default: '' }, out: { type: 'string', default: join(here, 'dist') } },
});

const platforms = {
  wechat: { api: 'wx', markup: '.wxml', style: '.wxss', channel: 'WECHAT_MINI_PROGRAM' },
  douyin: { api: 'tt', markup: '.ttml', style: '.ttss', channel: 'DOUYIN_MINI_PROGRAM' },
};

const source = join(here, 'src');
const files = readdirSync(source, { recursive: true }).map(String);
const { pages } = JSON.parse(readFileSync(join(source, 'app.json')));
// Each page is a file of its own, as the platforms want it; what all of them share is one more, which they require.
const scripts = ['app.ts', 'lib/shop.ts', ...pages.map((page) => `${page}.ts`)];
const shared = { name: 'shared', setup: (it) => it.onResolve({ filter: /\/lib\/shop$/ }, ({ path }) => ({ path: `${path}.js`, external: true })) };

for (const [name, { api, markup, style, channel }] of Object.entries(platforms)) {
  const folder = join(out, name);
  rmSync(folder, { recursive: true, force: true });
  await build({
    entryPoints: scripts.map((script) => join(source, script)),
    outbase: source,
    outdir: folder,
    bundle: true,
    format: 'cjs',
    target: 'es2015',
    minify: true,
    define: { wx: api, PLATFORM: JSON.stringify(name), CHANNEL: JSON.stringify(channel), SHOP_URL: JSON.stringify(url), DEMO_NAME: JSON.stringify(demo) },
    alias: { '@kaituan/client': join(here, '../client/src/index.ts') },
    plugins: [shared],
    logLevel: 'warning',
  });
  for (const file of files) {
    const kind = extname(file);
    if (!['.wxml', '.wxss', '.json'].includes(kind)) continue;
    let content = readFileSync(join(source, file), 'utf8');
    if (kind === '.wxml') content = content.replace(/<!--[\s\S]*?-->\s*/g, '').replace(/\bwx:/g, `${api}:`);
    const to = join(folder, file.replace('.wxml', markup).replace('.wxss', style));
    mkdirSync(dirname(to), { recursive: true });
    writeFileSync(to, content);
  }
}
