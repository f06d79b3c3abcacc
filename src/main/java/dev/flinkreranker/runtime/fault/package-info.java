/** What can go wrong on a device, told apart by what is to be done about it. */
package dev.flinkreranker.runtime.fault;
