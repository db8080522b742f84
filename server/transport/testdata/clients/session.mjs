// A member whose session runs out while the page follows the points; see launch.mjs.
import { browse } from './launch.mjs';

await browse(async ({ url, open }) => {
  const page = await open();
  const session = () => page.evaluate(() => JSON.parse(sessionStorage.getItem('kaituan.session')));
  const post = async (path, body, token) => {
    const answer = await fetch(url + path, { method: 'POST', headers: { 'Content-Type': 'application/json', ...(token && { Authorization: `Bearer ${token}` }) }, body: JSON.stringify(body) });
    return answer.json();
  };
  const earn = async (key) => {
    const { accessToken } = await session();
    const { value } = (await post('/graphql', { query: '{ me { memberCode { value } } }' }, accessToken)).data.me.memberCode;
    const earned = await post('/graphql', {
      query: 'mutation($in: PointsEarnInput!) { pointsEarn(input: $in) { entry { points } userErrors { code } } }',
      variables: { in: { idempotencyKey: key, member: { code: value }, channel: 'STORE', points: 10, reason: '门店消费', reference: key } },
    }, 'kt_demo_partner');
    if (earned.data?.pointsEarn?.entry?.points !== 10) throw new Error(JSON.stringify(earned));
  };
  const balance = (points) => page.waitForFunction((wanted) => document.querySelector('.balance b')?.textContent === wanted, String(points));

  await page.goto(`${url}#/me`);
  await page.waitForSelector('.live.on');
  await page.evaluate(() => { window.stayed = true; });
  await earn('before');
  await balance(10);

  // Twice, since what is renewed runs out, too.
  const names = [(await session()).name];
  for (const round of [1, 2]) {
    const { accessToken } = await session();
    await post('/dev/clock', { advance: '16m' });
    await page.waitForFunction((old) => JSON.parse(sessionStorage.getItem('kaituan.session'))?.accessToken !== old, accessToken);
    await page.waitForSelector('.live.on');
    await earn(`after-${round}`);
    await balance(10 + 10 * round);
    names.push((await session()).name);
  }
  return { stayed: await page.evaluate(() => window.stayed === true), names };
});
