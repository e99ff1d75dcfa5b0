#pragma once

// Where the tests find the files of the project and the programs of this build.
namespace paths {
extern const char* const source;
extern const char* const build;
}  // namespace paths
