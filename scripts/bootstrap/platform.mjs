import { existsSync, readdirSync } from 'node:fs';

/**
 * The key of this machine in parts.json, such as `linux-x64`; `linux-musl-x64` where the C library is musl, for
 * which no binaries are pinned.
 */
export function platformKey() {
  const isMusl = process.platform === 'linux' && existsSync('/lib') && readdirSync('/lib').some(isMuslLoader);
  return `${process.platform}${isMusl ? '-musl' : ''}-${process.arch}`;
}

function isMuslLoader(name) {
  return (
    name.startsWith('ld-musl-') &&
    !existsSync('/lib/ld-linux-aarch64.so.1') &&
    !existsSync('/lib64/ld-linux-x86-64.so.2')
  );
}
