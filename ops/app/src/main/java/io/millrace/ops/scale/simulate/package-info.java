/**
 * Plays traces of arrivals against scaling policies, in virtual time: a model of a pool whose
 * workers take time to start and to leave, and scores of what its jobs waited and its workers cost.
 * The controller is the one that scales real workers. One thread; all randomness from seeds.
 */
@NullMarked
package io.millrace.ops.scale.simulate;

import org.jspecify.annotations.NullMarked;
