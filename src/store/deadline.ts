/**
 * What `work` gives, or `late` once `ms` have passed: the driver itself waits for ever. The work
 * goes on, and what becomes of it then is nobody's.
 */
export async function within<T>(ms: number, work: PromiseLike<T>): Promise<T | 'late'> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), ms)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
