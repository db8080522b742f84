// One way to ask the server: send() for queries and mutations. It keeps the session, renews it once when it has expired, and tells trace.js.
import * as documents from './documents.js';
import { record } from './trace.js';
import { language, t } from './words.js';

// Problem is anything that kept an answer away. `kind` is what the shopper reads; `code` is the server's.
export class Problem extends Error {
  constructor(code, message, extra = {}) {
    super(message);
    this.code = code;
    this.kind = t('codes')[code] ?? message;
    Object.assign(this, extra);
  }
}

let session = JSON.parse(sessionStorage.getItem('kaituan.session') ?? 'null');

export const currentSession = () => session;

function keep(next) {
  session = next;
  if (next) sessionStorage.setItem('kaituan.session', JSON.stringify(next));
  else sessionStorage.removeItem('kaituan.session');
  document.dispatchEvent(new CustomEvent('session'));
}

// random makes a key that no other page makes. crypto.randomUUID would need https, which a phone on the local network does not have.
export function random() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

// deviceId lets the feed learn before anybody signs in.
export function deviceId() {
  const id = localStorage.getItem('kaituan.device') ?? random();
  localStorage.setItem('kaituan.device', id);
  return id;
}

async function post(name, variables) {
  const began = performance.now();
  let status = 0;
  try {
    const response = await fetch('/graphql', {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        Accept: 'application/graphql-response+json, application/json;q=0.9',
        'Accept-Language': language,
        ...(session && { Authorization: `Bearer ${session.accessToken}` }),
      },
      body: JSON.stringify({ query: documents[name], variables }),
    });
    status = response.status;
    return await response.json(); // a refusal has a body, too, whatever its status
  } catch (failure) {
    throw new Problem(status ? 'INTERNAL' : 'NETWORK', failure.message);
  } finally {
    record({ name, document: documents[name], variables, status, milliseconds: performance.now() - began });
  }
}

// send returns the answer's data. It throws a Problem when there is none, or when the mutation's payload holds userErrors.
export async function send(name, variables = {}, mayRenew = true) {
  const answer = await post(name, variables);
  const first = answer.errors?.[0];
  const code = first?.extensions?.code;
  if (mayRenew && session && (code === 'TOKEN_EXPIRED' || code === 'UNAUTHENTICATED')) {
    await renew();
    return send(name, variables, false);
  }
  if (first && Object.values(answer.data ?? {}).every((value) => value === null)) {
    throw new Problem(code ?? 'INTERNAL', first.message, { traceId: first.extensions?.traceId });
  }
  for (const payload of Object.values(answer.data ?? {})) {
    const refused = payload?.userErrors?.[0];
    if (refused) throw new Problem(refused.code, refused.message, { kind: refused.message, payload });
  }
  return answer.data ?? {};
}

let renewing;
// renew trades the refresh token once, however many requests find the session expired: a token used twice would end it. A session that cannot be renewed
// is dropped, and the same person signs in anew.
export function renew() {
  renewing ??= (async () => {
    const { refreshToken, name } = session;
    try {
      const data = await send('refresh', { input: { refreshToken } }, false);
      keep({ ...session, ...data.sessionRefresh.session });
    } catch (problem) {
      if (problem.code === 'NETWORK') throw problem;
      keep(null);
      await signIn(name);
    } finally {
      renewing = undefined;
    }
  })();
  return renewing;
}

// signIn makes or finds the demo shopper of that name.
export async function signIn(name) {
  const before = session;
  keep(null); // the request that signs somebody in is nobody's
  try {
    const data = await send('signIn', { input: { channel: 'H5', code: `demo:${name}`, deviceId: deviceId(), referralToken: sessionStorage.getItem('kaituan.referral') } }, false);
    const { accessToken, refreshToken, shopper } = data.sessionCreate.session;
    const address = shopper.addresses.find((each) => each.isDefault) ?? shopper.addresses[0];
    keep({ name, accessToken, refreshToken, nickname: shopper.nickname, address });
  } catch (problem) {
    keep(before);
    throw problem;
  }
}

// signedIn makes sure that there is a session, of a visitor with a name of its own when need be.
export async function signedIn() {
  if (!session) await signIn(`visitor${random().slice(0, 6)}`);
}

// addressId is where orders go: the address that the shopper has, else the one of the form, saved now.
export async function addressId(form) {
  if (!session.address) {
    const data = await send('saveAddress', { input: { ...form, isDefault: true } });
    keep({ ...session, address: data.addressSave.address });
  }
  return session.address.id;
}
