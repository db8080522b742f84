interface Medium { url: string; width: number | null; height: number | null; alt: string | null }

/** A square picture; what is decoration beside its own title has no words of its own. */
export const Picture = ({ of, alt, lazy = true, class: kind = '' }: { of?: Medium | null; alt?: string; lazy?: boolean; class?: string }) => (
  <span class={`picture ${kind}`}>
    {of && <img src={of.url} alt={alt ?? ''} width={of.width ?? 800} height={of.height ?? 800} loading={lazy ? 'lazy' : 'eager'} decoding="async" />}
  </span>
);

/** A person as others see one: the first sign of the name on a colour that the id picks. */
export function Avatar({ of, size = 32 }: { of: { nickname: string; avatarUrl: string | null }; size?: number }) {
  const hue = [...of.nickname].reduce((sum, sign) => sum + sign.codePointAt(0)! * 7, 0) % 360;
  return of.avatarUrl
    ? <img class="avatar" src={of.avatarUrl} alt="" width={size} height={size} />
    : <span class="avatar" aria-hidden="true" style={{ width: `${size}px`, height: `${size}px`, background: `hsl(${hue} 55% 42%)`, fontSize: `${size * 0.44}px` }}>{[...of.nickname][0]}</span>;
}
