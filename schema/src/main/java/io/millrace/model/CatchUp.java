package io.millrace.model;

/** What becomes of a schedule's instants that nobody was there for. */
public enum CatchUp {
  /** Nothing. */
  NONE,
  /** The latest is made up for. */
  LAST,
  /** The latest ones are made up for, as many as the schedule allows. */
  ALL
}
