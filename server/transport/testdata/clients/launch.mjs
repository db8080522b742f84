// What the scripts of a real browser share: node SCRIPT CHROMIUM URL [SCREENSHOT-FOLDER].
import { chromium } from 'playwright-core';

// browse runs visit with a way to open windows and to take pictures of them, and prints one JSON line of what it returns, of errors in any window, and of
// addresses elsewhere that were asked for. It exits 1 with the reason.
export async function browse(visit) {
  const [executablePath, url, pictures] = process.argv.slice(2);
  const browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
  const problems = [];
  const strangers = [];
  let first;
  async function open(options) {
    const page = await browser.newPage(options);
    first ??= page;
    page.setDefaultTimeout(60_000);
    page.on('pageerror', (error) => problems.push(String(error)));
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
    page.on('request', (request) => {
      const { protocol, host } = new URL(request.url());
      if (protocol.startsWith('http') && host !== new URL(url).host) strangers.push(request.url());
    });
    return page;
  }
  const picture = (name, page = first) => pictures && page.screenshot({ path: `${pictures}/${name}.png` });
  try {
    console.log(JSON.stringify({ ...await visit({ url, open, picture }), problems, strangers }));
  } catch (error) {
    await picture('failed');
    console.error(error, JSON.stringify({ problems, strangers }));
    process.exitCode = 1;
  } finally {
    await browser.close();
  }
}
