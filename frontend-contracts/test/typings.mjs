// Compiles the adapters' view of each platform against the platform's published typings, each apart, since their globals clash. Prints "ok".
import { mkdtempSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';

const root = new URL('..', import.meta.url).pathname;
for (const [platform, types, view] of [['wx', 'miniprogram-api-typings', 'Mini'], ['tt', '@douyin-microapp/typings', 'Mini'], ['my', '@mini-types/alipay', 'My']]) {
  const folder = mkdtempSync(`${root}test/.typings-${platform}-`);
  try {
    writeFileSync(`${folder}/check.ts`, `import type { ${view} } from '../../client/src/mini.js';\nexport const checked: ${view} = ${platform};\n`);
    writeFileSync(`${folder}/tsconfig.json`, JSON.stringify({
      compilerOptions: { target: 'ES2015', lib: ['ES2015'], module: 'ESNext', moduleResolution: 'Bundler', strict: true, skipLibCheck: true, noEmit: true, types: [`${root}node_modules/${types}`] },
      files: ['check.ts'],
    }));
    execFileSync(`${root}node_modules/.bin/tsc`, ['-p', folder], { stdio: ['ignore', 'inherit', 'inherit'] });
  } finally {
    execFileSync('rm', ['-r', folder]);
  }
}
console.log('ok');
