import { inText, type Routes } from '../route.ts'
import { info } from '../v3/orders.ts'
import { paymentAddress, shippingAddress } from './addresses.ts'
import { buyVoucher, dropVoucher } from './bought-voucher.ts'
import { addToCart, cart, editCart, removeFromCart } from './cart.ts'
import { customer } from './customer.ts'
import { currency, language, store } from './localisation.ts'
import { orderComment } from './order-comment.ts'
import { orderConfirm } from './order-confirm.ts'
import { orderDelete } from './order-delete.ts'
import { orderHistory } from './order-history.ts'
import { orderLoad } from './order-load.ts'
import { paymentMethods, savePaymentMethod } from './payment-method.ts'
import { affiliate, coupon, reward, rewardAvailable, rewardMaximum, voucher } from './promotions.ts'
import { saveShippingMethod, shippingMethods } from './shipping-method.ts'

/** The routes of 4.0 behind the login, by the names that `routeName` gives them (contract §3). */
export const routesOf40: Routes = new Map([
  ['api/sale/cart', cart],
  ['api/sale/cart.add', addToCart],
  ['api/sale/cart.edit', editCart],
  ['api/sale/cart.remove', removeFromCart],
  ['api/sale/customer', customer],
  ['api/sale/payment_address', paymentAddress],
  ['api/sale/shipping_address', shippingAddress],
  ['api/sale/payment_method', paymentMethods],
  ['api/sale/payment_method.save', savePaymentMethod],
  ['api/sale/shipping_method', shippingMethods],
  ['api/sale/shipping_method.save', saveShippingMethod],
  ['api/sale/coupon', coupon],
  ['api/sale/voucher', voucher],
  ['api/sale/voucher.add', buyVoucher],
  ['api/sale/voucher.remove', dropVoucher],
  ['api/sale/reward', reward],
  ['api/sale/reward.maximum', rewardMaximum],
  ['api/sale/reward.available', rewardAvailable],
  ['api/sale/affiliate', affiliate],
  ['api/sale/order.confirm', orderConfirm],
  ['api/sale/order.load', orderLoad],
  ['api/sale/order.comment', orderComment],
  ['api/sale/order.addHistory', orderHistory],
  ['api/sale/order.delete', orderDelete],
  ['api/sale/order.info', { says: inText, run: info }],
  ['api/localisation/currency', currency],
  ['api/localisation/language', language],
  ['api/localisation/store', store],
])
