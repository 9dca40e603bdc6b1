/**
 * The `code` of an error of the operating system, Node or a driver (`ENOENT`, `ERR_…`, an SQLSTATE), where it has one.
 * By shape, not by class: such errors may come from another realm.
 */
export function errorCode(error: unknown): string | undefined {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}
