#pragma once

namespace bertlet::tasks {

// What examples are read for.
enum class Use {
  training,    // with labels; those that cannot be learned from are left out
  measuring,   // with labels; all of them count
  predicting,  // labels may be missing or unknown
};

}  // namespace bertlet::tasks
