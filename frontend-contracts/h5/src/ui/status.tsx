import type { Status } from '@kaituan/client';
import { t } from '../words';

const words = { connecting: 'connecting', open: 'live', reconnecting: 'reconnecting', closed: 'closed' } as const;

/** Whether what is shown follows what happens. */
export const Following = ({ status }: { status: Status }) => <span class={`following ${status.state}`} role="status"><i aria-hidden="true" />{t[words[status.state]]}</span>;
