#include "core/require.h"

namespace bertlet {

void fail(fmt::string_view format, fmt::format_args args) { throw Error(fmt::vformat(format, args)); }

}  // namespace bertlet
