/** Sorts tcpdump's messages on stderr. */
export class TcpdumpWords {
  /** Whether the capture has begun. */
  listening = false;
  captured: number | undefined;
  /** Packets that tcpdump missed. */
  droppedByKernel = 0;
  /** Warnings and errors. */
  readonly said: string[] = [];
  #rest = "";

  /** Reads output; returns the lines that a person must see at once. */
  read(chunk: string): string[] {
    const lines = (this.#rest + chunk).split("\n");
    this.#rest = lines.pop() ?? "";
    return lines.filter((line) => this.#take(line));
  }

  #take(line: string): boolean {
    if (/^(?:tcpdump: )?listening on /.test(line)) this.listening = true;
    const [, number, what] = /^(\d+) packets? (captured|received by filter|dropped by \w+)$/.exec(line) ?? [];
    if (what === "captured") this.captured = Number(number);
    else if (what?.startsWith("dropped")) this.droppedByKernel += Number(number);
    const chatter = /listening on |data link type |verbose output suppressed|^Warning: interface names/i;
    if (what !== undefined || line === "" || chatter.test(line)) return false;
    this.said.push(line);
    return this.listening;
  }

  /** `12 packets`, with the number of missed packets. */
  get summary(): string {
    const { captured = 0, droppedByKernel } = this;
    const missed = droppedByKernel === 0 ? "" : ` (${droppedByKernel} more came too fast and were missed)`;
    return `${captured} ${captured === 1 ? "packet" : "packets"}${missed}`;
  }
}
