/** Jest set-up file of the projects whose tests wait for real servers. */
'use strict';

// Jest ignores `testTimeout` inside a project.
jest.setTimeout(120_000);
