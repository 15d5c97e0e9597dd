/**
 * What there is to watch of the way of bytes through the kernel, each with hooks of its own: packets that come to the device
 * and to TCP, bytes that become readable, packets that leave, packets that are sent again. The round trip costs none: TCP
 * knows it.
 */
export const STAGE_PARTS = ['received', 'readable', 'sent', 'resent', 'rtt'] as const;

export type StagePart = (typeof STAGE_PARTS)[number];

/** Those that any of them has, in their order. */
export const uniteParts = (all: readonly (readonly StagePart[])[]): readonly StagePart[] =>
	STAGE_PARTS.filter((part) => all.some((parts) => parts.includes(part)));
