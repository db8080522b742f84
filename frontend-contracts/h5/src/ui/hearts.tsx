import { useEffect, useRef, useState } from 'preact/hooks';

const MOST = 12; // that fly at once

/** Hearts that rise for one's own taps, and for what others send. Decoration only: the number is in the head. */
export function Hearts({ own, total }: { own: number; total: number }) {
  const [flying, setFlying] = useState<{ id: number; at: number; hue: number }[]>([]);
  const last = useRef(0);
  const before = useRef(total);
  const fly = (n: number) => setFlying((was) => [...was, ...Array.from({ length: n }, () => ({ id: ++last.current, at: Math.random() * 44 - 22, hue: Math.random() * 50 - 20 }))].slice(-MOST));
  useEffect(() => { if (own) fly(1); }, [own]);
  useEffect(() => {
    if (total > before.current) fly(Math.min(3, total - before.current));
    before.current = total;
  }, [total]);
  return (
    <div class="hearts" aria-hidden="true">
      {flying.map(({ id, at, hue }) => <span key={id} style={{ '--at': `${at}px`, color: `hsl(${350 + hue} 90% 62%)` }} onAnimationEnd={() => setFlying((was) => was.filter((each) => each.id !== id))}>♥</span>)}
    </div>
  );
}
