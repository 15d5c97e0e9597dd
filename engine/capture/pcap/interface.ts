import { u32 } from './integers.ts';
import { linuxCooked2 } from './link-layer.ts';
import type { Packet } from './packet.ts';

/** Where the index stands in the header of a cooked packet (tcpdump.org/linktypes, LINKTYPE_LINUX_SLL2). */
const INDEX = 4;

/** The interface that a packet passed: by its index where it was captured on all of them, else as its file says; or null. */
export const interfaceOf = ({ link, bytes, start, iface }: Packet): string | null =>
	link === linuxCooked2 ? `if${u32(bytes, start + INDEX)}` : iface;
