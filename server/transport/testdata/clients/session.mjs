// A member whose session runs out while the page follows the points; see launch.mjs.
import { ask, browse } from './launch.mjs';

await browse(async ({ url, open }) => {
  const page = await open();
  const session = () => page.evaluate(() => JSON.parse(localStorage.getItem('kaituan.session')));
  const earn = async (key) => {
    const { me } = await ask(url, (await session()).accessToken, '{ me { memberCode { value } } }');
    await ask(url, 'kt_demo_partner', 'mutation($in: PointsEarnInput!) { pointsEarn(input: $in) { entry { points } userErrors { code } } }',
      { in: { idempotencyKey: key, member: { code: me.memberCode.value }, channel: 'STORE', points: 10, reason: '门店消费', reference: key } });
  };
  const balance = (points) => page.waitForFunction((wanted) => document.querySelector('.balance b')?.textContent === wanted, String(points));

  await page.goto(`${url}#/me`);
  await page.waitForSelector('.account');
  await page.evaluate(() => { window.stayed = true; });
  await earn('before');
  await balance(10);

  // Twice, since what is renewed runs out, too.
  const names = [(await session()).shopper.id];
  for (const round of [1, 2]) {
    const { accessToken } = await session();
    await fetch(`${url}/dev/clock`, { method: 'POST', body: JSON.stringify({ advance: '16m' }) });
    await page.waitForFunction((old) => JSON.parse(localStorage.getItem('kaituan.session'))?.accessToken !== old, accessToken);
    await earn(`after-${round}`);
    await balance(10 + 10 * round);
    names.push((await session()).shopper.id);
  }
  return { stayed: await page.evaluate(() => window.stayed === true), names };
});
