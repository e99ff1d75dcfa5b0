#pragma once
#include "bert/view/terminal.h"

// What commands that look inside a model draw on.
namespace apps {

bertlet::view::Colours screen_colours();  // none where it is no terminal, or NO_COLOR is set
int64_t screen_columns();                 // 120 where it is no terminal

}  // namespace apps
