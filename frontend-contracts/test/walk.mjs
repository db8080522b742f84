// Opens the page that the README makes: node walk.mjs CHROMIUM URL. It must say that it is open, and show an event.
import { chromium } from 'playwright-core';

const [executablePath, url] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'] });
const page = await browser.newPage();
page.on('pageerror', (error) => console.error(String(error)));
page.on('console', (message) => console.error(message.text()));
try {
  for (let tries = 0; ; tries++) { // esbuild begins to serve in its own time
    try {
      await page.goto(url);
      break;
    } catch (error) {
      if (tries === 100) throw error;
      await new Promise((done) => setTimeout(done, 100));
    }
  }
  const says = (text) => page.waitForFunction((wanted) => [...document.querySelectorAll('#said li')].some(({ textContent }) => textContent.startsWith(wanted)), text, { timeout: 60_000 });
  await says('open');
  await says('Live');
  console.log(await page.locator('#said').innerText());
} catch (error) {
  console.error(error, await page.content());
  process.exitCode = 1;
} finally {
  await browser.close();
}
