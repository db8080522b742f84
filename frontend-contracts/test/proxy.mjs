import { connect, createServer } from 'node:net';

/** A way to the server that can be cut: `cut` breaks every connection and refuses new ones until `mend`. */
export async function proxy(target) {
  const { hostname, port } = new URL(target);
  const open = new Set();
  let broken = false;
  const server = createServer((near) => {
    near.on('error', () => {});
    if (broken) return near.destroy();
    const far = connect({ host: hostname, port: Number(port) });
    far.on('error', () => near.destroy());
    far.on('close', () => near.destroy());
    near.on('close', () => { far.destroy(); open.delete(near); });
    open.add(near);
    near.pipe(far).pipe(near);
  });
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    url: `http://127.0.0.1:${server.address().port}/graphql`,
    cut() { broken = true; for (const socket of open) socket.destroy(); },
    mend() { broken = false; },
    close() { for (const socket of open) socket.destroy(); server.close(); },
  };
}
