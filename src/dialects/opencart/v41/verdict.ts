/** `success`, or the errors by field. */
export function verdictOf(
  errors: ReadonlyMap<string, string>,
  success: string,
): Readonly<Record<string, unknown>> {
  return errors.size > 0 ? { error: new Map(errors) } : { success }
}

/** `success`, or one text. */
export function textVerdict(
  error: string | undefined,
  success: string,
): Readonly<Record<string, unknown>> {
  return error === undefined ? { success } : { error }
}
