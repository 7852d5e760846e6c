# problems.awk — turns protocol/problems.tsv into build/problems.h, the one
# generated file: the enum and the rows of the table behind it.
BEGIN {
	FS = "\t"
	print "/* Made from protocol/problems.tsv; do not edit. */"
	print "#ifndef PROBLEMS_H\n#define PROBLEMS_H\n"
	print "enum problem_slug {\n\tPROBLEM_NONE,"
}
/^#/ || NF < 3 { next }
{
	printf "\tPROBLEM_%s,\n", toupper($1)
	rows = rows sprintf("\t{ \"%s\", %d, \"%s\" }, \\\n", $1, $2, $3)
}
END {
	print "\tPROBLEM_COUNT\n};\n"
	print "#define PROBLEM_ROWS \\\n\t{ \"none\", 200, \"Nothing is wrong\" }, \\"
	printf "%s\n#endif\n", rows
}
