import type { AttentionReason } from '../model/command.ts'

const words = {
  'paid-after-cancelled-and-sent':
    'paid after it was cancelled and sent: find out what the money is for, keep it or refund it',
  'cancelled-after-shipping':
    'cancelled or refunded though the goods are gone: get them back, or take the payment again',
  'cancelled-after-hand-over':
    'cancelled or refunded while a warehouse has it: tell the warehouse not to send it',
  'sent-though-cancelled':
    'sent though it was cancelled or refunded: get the goods back, or ask for the payment',
  'sent-after-return':
    'a parcel was reported after the goods came back: ask the warehouse if it sent them again',
  'sent-while-hidden':
    'sent though it is hidden: bring it back with order unhide, or get the goods back',
  'hidden-after-hand-over':
    'hidden (deleted) while a warehouse has it: tell the warehouse whether to send it',
  'edited-after-hand-over':
    'changed while a warehouse has it as it was: tell the warehouse what is new',
  'sent-after-hand-over':
    'sent by somebody else while a warehouse has it: see that it is not sent twice',
  'sent-twice':
    'a second sender reported a parcel: ask both if the goods left twice, get one parcel back',
  'revived-after-hand-over':
    'paid or reopened after a cancellation that the warehouse may know of: have it sent after all',
  'revived-after-release':
    'paid or reopened after a cancellation: see that each client that downloads orders has it',
  'changed-after-export':
    'a warehouse took it over as it looked before a change: tell the warehouse what is new',
} satisfies Record<AttentionReason, string>

/** What happened, and what to do about it; `docs/order-states.md` says when each comes up. */
export function attentionText(reason: AttentionReason): string {
  return words[reason] ?? reason
}
