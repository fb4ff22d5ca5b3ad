import type { Method } from './drivers.ts'

/** A method, its arguments, and the call that must come of it. */
type SentCall = {
  readonly method: Method
  readonly args: readonly unknown[]
  /** What PHP cannot tell apart: the same call in its way. */
  readonly phpArgs?: readonly unknown[]
  readonly calls: string
  readonly params: object
  readonly answers: unknown
}

export const newOrder = {
  goods: [{ good_name: 'mug', good_sum: 12.5 }, { good_name: 'mug' }],
  bill_email: "o'neil~x*@example.com",
  bill_first_name: 'Анна Мария',
  bill_comment: 'a & b = c + d',
  bill_timer_kill: true,
  utm: { utm_medium: 'cpc' },
}

export const sentCalls: readonly SentCall[] = [
  {
    method: 'updateOrderStatus',
    args: [{ bill_id: 7, status: 'sent', date: 1362254400, rpo: 'RR1' }],
    calls: 'UpdateOrderStatus',
    params: { bill_id: '7', status: 'sent', date: '1362254400', rpo: 'RR1' },
    answers: [],
  },
  {
    method: 'createOrder',
    args: [newOrder],
    calls: 'CreateOrder',
    params: {
      ...newOrder,
      goods: [{ good_name: 'mug', good_sum: '12.5' }, { good_name: 'mug' }],
      bill_timer_kill: '1',
    },
    answers: { bill_id: 7, link: '/bill/x' },
  },
  {
    method: 'getOrders',
    args: [{ date_s: 1, paid: false, goods: [1, 2] }],
    calls: 'GetOrders',
    params: { date_s: '1', paid: '0', goods: ['1', '2'] },
    answers: [{ id: 7 }],
  },
  {
    method: 'getOrderInfo',
    args: [7],
    calls: 'GetOrderInfo',
    params: { bill_id: '7' },
    answers: { id: 7 },
  },
  {
    method: 'getOrderDetails',
    args: [7, { goodInfo: true }],
    phpArgs: [7, true],
    calls: 'getOrderDetails',
    params: { bill_id: '7', good_info: '1' },
    answers: { id: 7, items: [] },
  },
  {
    method: 'getOrderDetails',
    args: ['7'],
    calls: 'getOrderDetails',
    params: { bill_id: '7' },
    answers: { id: 7, items: [] },
  },
  {
    method: 'getOrdersWithGoods',
    args: [],
    calls: 'getOrdersWithGoods',
    params: {},
    answers: [],
  },
  {
    method: 'getBills',
    args: [{ email: 'a@example.com', pay_status: 'paid' }],
    calls: 'GetBills',
    params: { email: 'a@example.com', pay_status: 'paid' },
    answers: { 7: { 3: { good_name: 'mug', good_title: 'Mug' } } },
  },
  {
    method: 'deleteOrder',
    args: [7],
    calls: 'DeleteOrder',
    params: { bill_id: '7' },
    answers: [],
  },
  {
    method: 'getAllGoods',
    args: [],
    calls: 'GetAllGoods',
    params: {},
    answers: [{ good_id: 3, good_name: 'mug' }],
  },
  {
    method: 'addGood',
    args: [{ good_name: 'cup', good_title: 'Cup', good_sum: '9.90', good_type: 1 }],
    calls: 'AddGood',
    params: { good_name: 'cup', good_title: 'Cup', good_sum: '9.90', good_type: '1' },
    answers: [],
  },
  {
    method: 'updateGood',
    args: [{ good_name: 'cup', good_sum: 11 }],
    calls: 'UpdateGood',
    params: { good_name: 'cup', good_sum: '11' },
    answers: [],
  },
  {
    method: 'deleteGood',
    args: ['cup'],
    calls: 'DeleteGood',
    params: { good_name: 'cup' },
    answers: [],
  },
]
