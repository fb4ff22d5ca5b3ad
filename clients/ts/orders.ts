/** An order's number; numbers and their texts mean the same. */
export type OrderNumber = number | string

/** Seconds since 1970. */
export type UnixSeconds = number | string

/** `sent` and `return` tell of the parcel, `paid` and `cancel` of the payment; neither touches the other. */
export type StatusChange = { readonly bill_id: OrderNumber } & (
  | { readonly status: 'sent'; readonly date: UnixSeconds; readonly rpo: string }
  | { readonly status: 'paid'; readonly date: UnixSeconds }
  | { readonly status: 'return'; readonly date?: UnixSeconds }
  | { readonly status: 'cancel' }
)

export type NewOrder = {
  /** One entry a unit: the protocol has no quantity. Without `good_sum` the catalogue's price. */
  readonly goods: readonly { readonly good_name: string; readonly good_sum?: number | string }[]
  readonly bill_email: string
  /** These five are needed where something goes by post. */
  readonly bill_first_name?: string
  readonly bill_surname?: string
  readonly bill_country?: string
  readonly bill_city?: string
  readonly bill_address?: string
  readonly bill_middle_name?: string
  readonly bill_phone?: string
  readonly bill_region?: string
  readonly bill_postal_code?: string
  readonly bill_tag?: string
  readonly bill_comment?: string
  readonly bill_kupon?: string
  readonly bill_ip?: string
  /** true: cancel when the product says, false: never, else at that time. */
  readonly bill_timer_kill?: boolean | UnixSeconds
  readonly bill_created?: UnixSeconds
  /** The host of the pay link, without a scheme. */
  readonly bill_domain?: string
  readonly utm?: { readonly [name: string]: string }
}

export type PlacedOrder = {
  readonly bill_id: number
  /** Where the buyer pays, if the gateway says it. */
  readonly link: string | undefined
  /** True: no order was made, this one is already there (code 601). */
  readonly duplicate: boolean
}

export type OrdersFilter = {
  readonly date_s?: UnixSeconds
  readonly date_e?: UnixSeconds
  readonly paid?: boolean
  readonly goods?: OrderNumber | readonly OrderNumber[]
}

/** Days are `dd.mm.yyyy`; at most a month comes back, counted from its end. */
export type OrdersWithGoodsFilter = {
  readonly begin_date?: string
  readonly end_date?: string
  readonly paid?: boolean
  readonly goods?: OrderNumber | readonly OrderNumber[]
}

export type BillsFilter = {
  readonly email: string
  readonly pay_status?: 'paid' | 'waiting' | 'cancel'
}

/** What every function shows of an order. Money is a decimal text; a time that never was is 0. */
export type Order = {
  readonly id: number | string
  readonly first_name: string
  readonly last_name: string
  readonly middle_name: string
  readonly email: string
  readonly phone: string
  readonly city: string
  readonly country: string
  readonly address: string
  readonly region: string
  readonly postalcode: string
  readonly created: number | string
  readonly pay_status: string
  readonly paid: number | string
  readonly refunded?: number | string
  readonly type: string
  readonly payway: string
  readonly comment: string
  readonly domain: string
  readonly link: string
  readonly price: string
  readonly utm: { readonly [name: string]: string }
  readonly sent: number | string
  readonly rpo: string
  /** `sent`, `return` or empty. */
  readonly delivery_status: string
}

export type OrderInfo = Order & {
  readonly good_count: number | string
  readonly bill_sum_topay: string
  readonly tag: string
  readonly kupon: string
  readonly coupon: string
}

export type OrderItem = {
  /** The product's symbolic id, its `good_name`. */
  readonly id: string
  readonly title: string
  readonly sum: string
  readonly price: string
  readonly pincode?: string
  readonly partners: readonly unknown[]
}

export type OrderDetails = OrderInfo & {
  readonly items: readonly OrderItem[]
  readonly good_ids?: readonly (number | string)[]
  readonly prepayment_enabled?: number | string
  readonly prepayment_minsum?: string
}

export type OrderWithGoods = OrderInfo & {
  readonly items: readonly OrderItem[]
  readonly is_recurrent: boolean | number
}

/** By order number, then by numeric product id. */
export type Bills = {
  readonly [orderNumber: string]: {
    readonly [productId: string]: { readonly good_name: string; readonly good_title: string }
  }
}
