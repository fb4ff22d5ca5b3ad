/** Short texts of 4.0 that clients compare, to the letter (contract §7). */
export const productNotFound = 'Warning: Product could not be found!'
export const customersModified = 'You have successfully modified customers'
export const customerNotFound = 'Warning: Customer could not be found!'
export const wrongGroup = 'Customer Group does not appear to be valid!'
export const paymentAddressSet = 'Success: Payment address has been set!'
export const shippingAddressSet = 'Success: Shipping address has been set!'
export const shippingAddressRequired = 'Warning: Shipping address required!'
export const nothingShips = 'Warning: There are no products that require shipping'
export const paymentMethodSet = 'Success: Payment method has been set!'
export const noPayment = 'Warning: No payment options are available!'
export const shippingMethodSet = 'Success: Shipping method has been set!'
export const couponRemoved = 'Success: Your coupon discount has been removed!'
export const voucherRemoved = 'Success: Your gift voucher discount has been removed!'
export const wrongVoucher =
  'Warning: Gift voucher is either invalid or the balance has been used up!'
export const rewardRemoved = 'Success: Your reward points discount has been removed!'
export const affiliateRemoved = 'Success: Your affiliate commission has been removed!'
export const affiliateNotFound = 'Warning: Affiliate could not be found!'
export const currencyNotFound = 'Warning: Currency could not be found!'
export const commentRequired = 'Warning: Comment required!'

/** Our own: the original answers the name of a text that it does not have. */
export const voucherNotFound = 'Warning: Gift voucher could not be found!'
export const languageChanged = 'Success: Your language has been changed!'
export const storeChanged = 'Success: Your store has been changed!'
/** OpenCart would drop what it no longer sells. */
export const notLoadable = 'Warning: The order has products that are not in the catalogue!'
