import { OrderPayDocument, SandboxPayDocument, type PaymentStateFragment } from '@kaituan/client';
import { useEffect, useState } from 'preact/hooks';
import { client, done, reason } from '../api';
import { t } from '../words';
import { Act } from './button';
import { Countdown } from './countdown';
import { Price } from './price';
import { Sheet } from './sheet';
import { toast } from './toast';

interface Order { id: string; groupBuy: { id: string } | null }

/** The payment sheet of an order; the sandbox lets the shopper decide how it ends. Without a payment that is open it starts one. */
export function PaySheet<O extends Order>({ order, payment, left }: { order: O; payment: PaymentStateFragment | null; left: (order: O) => void }) {
  const [open, setOpen] = useState(payment?.state === 'PENDING' ? payment : null);
  useEffect(() => {
    if (open) return;
    client.mutate(OrderPayDocument, { input: { orderId: order.id } })
      .then(({ orderPay }) => { const { payment: next } = done(orderPay); if (next) setOpen(next); else left(order); })
      .catch((error) => { toast(reason(error)); left(order); });
  }, [open]);
  async function pay(succeed: boolean) {
    done((await client.mutate(SandboxPayDocument, { input: { paymentId: open!.id, succeed } })).sandboxPay);
    toast(succeed ? t.paid : t.payFailed);
    if (succeed) left(order);
    else setOpen(null);
  }
  return (
    <Sheet title={t.payTitle} close={() => left(order)} class="pay">
      {open && (
        <>
          <p class="centre"><Price of={open.amount} class="huge" /></p>
          <p class="centre note">{t.payBy} <Countdown until={open.expiresAt} /></p>
          {open.provider === 'SANDBOX' ? (
            <>
              <p class="note centre">{t.payHint}</p>
              <Act class="primary wide" run={() => pay(true)}>{t.payYes}</Act>
              <Act class="ghost wide" run={() => pay(false)}>{t.payNo}</Act>
            </>
          ) : <p class="centre">{t.payElsewhere}</p>}
        </>
      )}
      <button class="plain wide" onClick={() => left(order)}>{t.payLater}</button>
    </Sheet>
  );
}
