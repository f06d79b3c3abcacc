/** What can go wrong on a device, told apart by what is to be done about it. */
@NullMarked
package dev.flinkreranker.runtime.fault;

import org.jspecify.annotations.NullMarked;
