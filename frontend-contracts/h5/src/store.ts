import { useEffect, useState } from 'preact/hooks';

/** A value that components follow. */
export function store<T>(value: T) {
  const listeners = new Set<() => void>();
  return {
    get: () => value,
    set(next: T) {
      value = next;
      listeners.forEach((listen) => listen());
    },
    use(): T {
      const [, render] = useState({});
      useEffect(() => {
        const listen = () => render({});
        listeners.add(listen);
        listen(); // it may have changed between the render and now
        return () => { listeners.delete(listen); };
      }, []);
      return value;
    },
  };
}
