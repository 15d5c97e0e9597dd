/** What a reader passes between two reads: closed while another source has to catch up. */
export class Gate {
	#closed = false;
	#open: () => void = () => {};

	close(): void {
		this.#closed = true;
	}

	open(): void {
		this.#closed = false;
		this.#open();
	}

	async pass(): Promise<void> {
		while (this.#closed) {
			await new Promise<void>((resolve) => {
				this.#open = resolve;
			});
		}
	}
}
