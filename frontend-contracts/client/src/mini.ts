import type { Platform } from './platform.js';
import { PATIENCE } from './time.js';

/** What WeChat's wx and Douyin's tt have alike; the platforms' own typings are held against it. */
export interface Mini {
  request(options: {
    url: string;
    timeout: number;
    method: 'POST';
    header: Record<string, string>;
    data: object;
    success(answer: { statusCode: number; data: unknown }): void;
    fail(error: unknown): void;
  }): unknown;
  connectSocket(options: { url: string; protocols: string[] }): {
    onOpen(listener: () => void): void;
    onMessage(listener: (message: { data: any }) => void): void;
    onClose(listener: (event: { code: any; reason: string }) => void): void;
    onError(listener: () => void): void;
    send(message: { data: string }): void;
    close(options: { code: number }): void;
  };
  getStorageSync(key: string): any;
  setStorageSync(key: string, value: string): unknown;
  removeStorageSync(key: string): unknown;
  onAppShow(listener: () => void): unknown;
  onAppHide(listener: () => void): unknown;
}

/** What is used of Alipay's my. */
export interface My {
  request(options: {
    url: string;
    timeout: number;
    method: 'POST';
    headers: Record<string, string>;
    data: string;
    success(answer: { status?: number; data?: unknown }): void;
    fail(error: { error?: number; status?: number; data?: unknown }): void;
  }): unknown;
  connectSocket(options: { url: string; protocols: string[]; multiple: true }): {
    onOpen(listener: () => void): void;
    onMessage(listener: (message: { data: { data: any } }) => void): void;
    onClose(listener: (event: { data: any }) => void): void;
    onError(listener: () => void): void;
    send(message: { data: string }): unknown;
    close(options: { code: number }): unknown;
  };
  getStorageSync(options: { key: string }): { data: any };
  setStorageSync(options: { key: string; data: string }): unknown;
  removeStorageSync(options: { key: string }): unknown;
  onAppShow(listener: () => void): void;
  onAppHide(listener: () => void): void;
}

/**
 * The platform of a mini-program. Alipay calls a status of 400 and above a failure, which has the answer all the same; it wraps a socket's events and the storage's values
 * once more.
 */
export function mini(api: any, alipay?: boolean): Platform {
  const entry = (key: string, data?: string) => (alipay ? [{ key, data }] : [key, data]);
  return {
    request: (url, header, body) => new Promise((resolve, reject) => {
      const answered = (answer: any) => {
        const status = answer.statusCode || answer.status;
        if (status) resolve({ status, body: answer.data });
        else reject(answer);
      };
      api.request({ url, timeout: PATIENCE, method: 'POST', header, headers: header, data: alipay ? body : JSON.parse(body), success: answered, fail: answered });
    }),
    connect(url, protocol, on) {
      const task = api.connectSocket({ url, protocols: [protocol], multiple: true });
      task.onOpen(on.opened);
      task.onMessage(({ data }: any) => on.message(data.data || data));
      task.onClose(({ data, code, reason }: any) => (data ? on.closed(data.code, data.reason) : on.closed(code, reason)));
      task.onError(() => on.closed(1006, ''));
      return { send: (data) => task.send({ data }), close: () => task.close({ code: 1000 }) };
    },
    storage: {
      get: (key) => (alipay ? api.getStorageSync({ key }).data : api.getStorageSync(key)),
      set: (key, value) => api.setStorageSync(...entry(key, value)),
      remove: (key) => api.removeStorageSync(...entry(key)),
    },
    onVisible(listener) {
      api.onAppShow(() => listener(true));
      api.onAppHide(() => listener(false));
    },
  };
}
