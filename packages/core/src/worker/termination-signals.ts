/**
 * The signals by which a terminal, a service manager or nodemon asks all processes of a program at once to end. A worker leaves them to the
 * main program from the moment at which it has started.
 */
export const TERMINATION_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP", "SIGUSR2"] as const;
