// How soon a phone on a slow line shows the first feed: node paint.mjs CHROMIUM URL LOADS. Each load is a fresh browser profile at 1.6 Mbit/s down, 750 kbit/s up, 150 ms, with
// the processor slowed four times. Beside it the floor: the same cards, as the page showed them, as one HTML file with its style and no script. They take turns. Prints one
// line of JSON: milliseconds from the navigation to the frame after the first card was there, and the bytes that came until then.
import { createServer } from 'node:http';
import { gzipSync } from 'node:zlib';
import { chromium } from 'playwright-core';

const [executablePath, url, loads] = process.argv.slice(2);
const CARD = '.grid .card';

const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'] });

async function load(address) {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 } });
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  await cdp.send('Network.enable');
  await cdp.send('Network.emulateNetworkConditions', { offline: false, latency: 150, downloadThroughput: 1_600_000 / 8, uploadThroughput: 750_000 / 8 });
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  let bytes = 0;
  cdp.on('Network.dataReceived', ({ encodedDataLength }) => { bytes += encodedDataLength; });
  await page.addInitScript((card) => {
    const look = () => {
      if (!document.querySelector(card)) return requestAnimationFrame(look);
      requestAnimationFrame(() => { window.painted = performance.now(); });
    };
    requestAnimationFrame(look);
  }, CARD);
  await page.goto(address, { waitUntil: 'commit' });
  const painted = await page.waitForFunction(() => window.painted, undefined, { timeout: 60_000 }).then((handle) => handle.jsonValue());
  const came = bytes;
  const html = await page.evaluate(async () => {
    const style = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules]).map(({ cssText }) => cssText).join('\n');
    const body = document.body.cloneNode(true);
    body.querySelectorAll('script, noscript').forEach((each) => each.remove());
    body.querySelectorAll('img').forEach((each) => each.removeAttribute('src')); // pictures come after the cards on both sides
    return `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><style>${style}</style></head><body>${body.innerHTML}</body></html>`;
  });
  await context.close();
  return { painted, bytes: came, html };
}

try {
  const { html } = await load(url); // also warms the shop up
  const packed = gzipSync(html, { level: 9 });
  const floor = createServer((_, answer) => answer.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-encoding': 'gzip' }).end(packed));
  await new Promise((ready) => floor.listen(0, '127.0.0.1', ready));
  const result = { page: [], floor: [], bytes: [], floorBytes: packed.length };
  for (let i = 0; i < +loads; i++) {
    const ours = await load(url);
    result.page.push(ours.painted);
    result.bytes.push(ours.bytes);
    result.floor.push((await load(`http://127.0.0.1:${floor.address().port}/`)).painted);
    process.stderr.write(`paint: ${i + 1} of ${loads}\r`);
  }
  floor.close();
  console.log(JSON.stringify(result));
} finally {
  await browser.close();
}
