/** As a name of a file. */
export const STDIN = '-';

/** Files that are read as one capture. */
export interface FileSource {
	readonly kind: 'from';
	/** Names or patterns of names (`logs/*.pcap`), at least one; "-" is standard input. */
	readonly paths: readonly string[];
	/** Networks with prefix length ("10.0.0.0/8") whose ends count as observed in packet captures; none: the clients' do. */
	readonly local: readonly string[];
}

export const fileSource = (paths: readonly string[], local: readonly string[]): FileSource => ({
	kind: 'from',
	paths,
	local,
});

/** What messages call it. */
export const fileSourceName = ({ paths }: FileSource): string => paths.join(', ');

/** Equal for those that read the same in the same way. */
export const fileSourceKey = ({ paths, local }: FileSource): string => JSON.stringify([paths, local]);
