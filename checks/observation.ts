/** What a probe brought to light. */
export interface Observation {
  outcome:
    | "reply"
    | "open"
    | "addresses"
    /** Nothing came back. */
    | "silence"
    /** The sender's own kernel knows no way. */
    | "unreachable"
    /** Somebody on the way said by ICMP that it cannot be reached. */
    | "turned away"
    /** The other end, or a firewall, said no: a TCP reset or an ICMP port unreachable. */
    | "refused"
    /** The name service said that there is no such name. */
    | "unknown name"
    /** No name service answered. */
    | "no name server"
    /** Anything else: it shows nothing, neither that something is there nor that it is not. */
    | "failed";
  /** What was seen, in words. */
  text: string;
  /** Seconds from question to answer, where the tool tells. */
  roundTripSeconds?: number;
  /** The address that answered, where the tool tells. */
  responder?: string;
  /** What DNS answered. */
  addresses?: readonly string[];
  /** What HTTP answered. */
  body?: string;
}
