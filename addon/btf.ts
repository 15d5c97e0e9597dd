import { existsSync, readFileSync } from 'node:fs';

export const BTF_PATH = '/sys/kernel/btf/vmlinux';

/** The kernel's type information; null where it offers none. */
export const readBtf = (): Uint8Array | null => (existsSync(BTF_PATH) ? readFileSync(BTF_PATH) : null);
