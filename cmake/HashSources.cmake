# cmake -DOUTPUT=x.cpp -DNAMESPACE=n -DNAME=variable -P HashSources.cmake FILE…
# Defines `n::variable`, a text that changes when one of the files does.
set(all "")
math(EXPR last "${CMAKE_ARGC} - 1")
foreach(i RANGE 0 ${last})
  if(DEFINED first AND i GREATER_EQUAL first)
    file(SHA256 "${CMAKE_ARGV${i}}" hash)
    string(APPEND all "${hash}")
  elseif("${CMAKE_ARGV${i}}" MATCHES "HashSources.cmake$")
    math(EXPR first "${i} + 1")
  endif()
endforeach()
string(SHA256 all "${all}")
file(WRITE "${OUTPUT}" "namespace ${NAMESPACE} {\nextern const char *const ${NAME};\nconst char *const ${NAME} = \"${all}\";\n}\n")
