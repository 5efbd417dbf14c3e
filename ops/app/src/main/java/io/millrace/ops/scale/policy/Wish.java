package io.millrace.ops.scale.policy;

/**
 * What a policy would have, bounds and patience aside.
 *
 * @param workers at least 0
 * @param reason a sentence with the numbers it comes from
 */
public record Wish(int workers, String reason) {}
