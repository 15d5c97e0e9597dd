/** Type information of a kernel that has these names: of it only the strings are looked at. */
export const btf = (...names: string[]) => Buffer.from(`\0${names.join('\0')}\0`);
