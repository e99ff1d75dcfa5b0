#pragma once
#include <optional>

#include "bert/inside/head_importance.h"
#include "bert/io/json/value.h"
#include "bert/view/heat_table.h"
#include "bert/view/terminal.h"

namespace bertlet::view {

// What was found out about a model's heads; a page shows the parts that are there.
struct HeadStudy {
  struct Measured {
    std::string name;  // "all", "masked", "pruned"
    metrics::Measures measures;
    double seconds = 0;
    int64_t parameters = 0;
  };

  std::string model, data;
  int64_t examples = 0;
  std::vector<std::vector<int64_t>> heads = {};  // that each layer has
  std::optional<inside::HeadTable> importance = {};
  bool normalised = false;
  std::vector<inside::Head> order = {};  // the least important first
  std::vector<inside::Head> gone = {};   // masked or pruned
  std::vector<Measured> measured = {};   // before and after
  std::vector<inside::CurvePoint> curve = {};
};

std::string head_name(const inside::Head& head);  // "3.11"

// For a terminal.
std::string importance_text(const HeadStudy& study, Colours colours);
std::string measured_text(const HeadStudy& study);
std::string curve_text(const HeadStudy& study);

io::Json importance_json(const HeadStudy& study);
io::Json measured_json(const HeadStudy& study);
io::Json curve_json(const HeadStudy& study);

HeatTable importance_table(const HeadStudy& study);
std::string heads_page(const HeadStudy& study);  // of one file

}  // namespace bertlet::view
