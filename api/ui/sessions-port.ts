/** What a browser's cookie stands for: the key that its user signed in with, judged anew with each request. */
interface Session {
  /** API key or JWT. */
  shown: string;
  expiresAt: Date;
}

export interface Sessions {
  /** Sealed: the cookie says nothing to whoever finds it, and cannot be made by anybody else. */
  seal(session: Session): string;
  /** Undefined for what is not a session, or has ended. */
  open(cookie: string): Session | undefined;
}
